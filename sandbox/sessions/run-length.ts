/** How long a run takes when its input says so in words: "take 3 minutes", "taking about 90 seconds". */

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 }
const LONGEST_MS = 7 * 24 * 3_600_000
const ASK =
  /\b(?:tak(?:e|es|ing)|run(?:s|ning)? for|last(?:s|ing)?)\s+(?:about |around |exactly )?(\d+(?:\.\d+)?)[\s-]*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:r|our)?s?)\b/i

/** The length asked for in milliseconds at speed 1, at most a week; null when the text asks for none. */
export function askedLengthMs(text: string): number | null {
  const [, amount, unit] = ASK.exec(text) ?? []
  const unitMs = UNIT_MS[unit?.charAt(0).toLowerCase() ?? '']
  if (amount === undefined || unitMs === undefined) return null
  return Math.min(Math.round(Number(amount) * unitMs), LONGEST_MS)
}
