/** Which of the allowed tools are listed, with the token count of each choice. */
import type { ToolExposure } from '../lambda/catalog/filter-rule.ts'
import { EXPOSURES, type ToolPreview } from './tool-preview.ts'

const ABOUT: Record<ToolExposure, [string, string]> = {
  essentials: ['Essentials', 'The most used tools. The model finds the others by search.'],
  all: ['All tools', 'Every allowed tool. Large lists cost more tokens and make models less reliable.'],
  discovery: ['Search only', 'Three tools that find and call the others. The smallest list.'],
}

interface ExposureChoiceProps {
  preview: ToolPreview
  chosen: ToolExposure
  onChange(exposure: ToolExposure): void
}

export function ExposureChoice({ preview, chosen, onChange }: ExposureChoiceProps) {
  return (
    <fieldset>
      <legend>Which tools are listed?</legend>
      <div class="choices">
        {EXPOSURES.map(exposure => {
          const { tools, tokens } = preview.listed[exposure]
          return (
            <label key={exposure} class="choice">
              <input
                type="radio"
                name="exposure"
                checked={chosen === exposure}
                onChange={() => onChange(exposure)}
              />
              <span>
                <b>{ABOUT[exposure][0]}</b>
                <span class="small quiet block">{ABOUT[exposure][1]}</span>
                <span class="small block number">
                  {tools.length} tools, {tokens.toLocaleString('en')} tokens
                </span>
              </span>
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
