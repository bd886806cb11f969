/** asl-validator ships no types; this is the part that the tests use. */
declare module 'asl-validator' {
  export default function validate(definition: unknown): { isValid: boolean; errors: unknown[] }
}
