/** Reads the duration that an input requests for its run: "take 3 minutes", "taking about 90 seconds". */

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 }
const MAX_MS = 7 * 24 * 3_600_000
const DURATION =
  /\b(?:tak(?:e|es|ing)|run(?:s|ning)? for|last(?:s|ing)?)\s+(?:about |around |exactly )?(\d+(?:\.\d+)?)[\s-]*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:r|our)?s?)\b/i

/** The requested duration in milliseconds at speed 1, at most a week; null when the text requests none. */
export function requestedDurationMs(text: string): number | null {
  const [, amount, unit] = DURATION.exec(text) ?? []
  const unitMs = UNIT_MS[unit?.charAt(0).toLowerCase() ?? '']
  if (amount === undefined || unitMs === undefined) return null
  return Math.min(Math.round(Number(amount) * unitMs), MAX_MS)
}
