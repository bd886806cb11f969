/** When a connector ends: a choice of spans, a date, or never. */
import { EXPIRY_CHOICES, type ExpiryChoice } from './format-time.ts'

interface ExpiryFieldProps {
  value: ExpiryChoice | 'keep'
  date: string
  /** True: the expiry that is there may stay as it is. */
  canKeep: boolean
  onChange(choice: ExpiryChoice | 'keep', date: string): void
}

export function ExpiryField({ value, date, canKeep, onChange }: ExpiryFieldProps) {
  return (
    <div class="pair">
      <label class="field">
        <span class="label">Expires</span>
        <select value={value} onChange={event => onChange(toChoice(event.currentTarget.value), date)}>
          {canKeep && <option value="keep">as it is now</option>}
          {Object.entries(EXPIRY_CHOICES).map(([choice, words]) => (
            <option key={choice} value={choice}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {value === 'date' && (
        <label class="field">
          <span class="label">Day and time (yours)</span>
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

function toChoice(value: string): ExpiryChoice | 'keep' {
  const isKnown = (text: string): text is ExpiryChoice => Object.hasOwn(EXPIRY_CHOICES, text)
  return isKnown(value) ? value : 'keep'
}
