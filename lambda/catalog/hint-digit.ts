/** The four safety hints of a tool as one hexadecimal digit: what the compiled catalog carries beside the index. Pure. */
import type { ToolAnnotations } from './tool.ts'

const BITS: readonly (keyof ToolAnnotations)[] = [
  'readOnlyHint',
  'destructiveHint',
  'idempotentHint',
  'openWorldHint',
]

export function toHintDigit(hints: ToolAnnotations): string {
  return BITS.reduce((digit, hint, bit) => digit | (hints[hint] ? 1 << bit : 0), 0).toString(16)
}

/** The inverse of `toHintDigit`. */
export function fromHintDigit(digit: string): ToolAnnotations {
  const value = Number.parseInt(digit, 16)
  const has = (hint: keyof ToolAnnotations) => (value & (1 << BITS.indexOf(hint))) !== 0
  return {
    readOnlyHint: has('readOnlyHint'),
    destructiveHint: has('destructiveHint'),
    idempotentHint: has('idempotentHint'),
    openWorldHint: has('openWorldHint'),
  }
}
