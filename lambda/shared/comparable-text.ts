/** Texts that people type, for comparing them. Pure. */

/**
 * The text in lower case and one Unicode form: `é` may be one character or two (names of files from macOS are), and
 * full width letters are the same letters.
 */
export function comparable(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC')
}
