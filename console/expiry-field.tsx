/** When a connector expires: a choice of durations, a date, or never. */
import { EXPIRY_CHOICES, type ExpiryChoice } from './format-time.ts'

interface ExpiryFieldProps {
  value: ExpiryChoice | 'unchanged'
  date: string
  /** True: the current expiry can stay. */
  canStayUnchanged: boolean
  onChange(choice: ExpiryChoice | 'unchanged', date: string): void
}

export function ExpiryField({ value, date, canStayUnchanged, onChange }: ExpiryFieldProps) {
  return (
    <div class="pair">
      <label class="field">
        <span class="label">Expires</span>
        <select value={value} onChange={event => onChange(toChoice(event.currentTarget.value), date)}>
          {canStayUnchanged && <option value="unchanged">unchanged</option>}
          {Object.entries(EXPIRY_CHOICES).map(([choice, words]) => (
            <option key={choice} value={choice}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {value === 'date' && (
        <label class="field">
          <span class="label">Date and time (your time zone)</span>
          <input
            type="datetime-local"
            value={date}
            required
            onInput={event => onChange('date', event.currentTarget.value)}
          />
        </label>
      )}
    </div>
  )
}

function toChoice(value: string): ExpiryChoice | 'unchanged' {
  const isKnown = (text: string): text is ExpiryChoice => Object.hasOwn(EXPIRY_CHOICES, text)
  return isKnown(value) ? value : 'unchanged'
}
