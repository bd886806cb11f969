/** asl-validator has no types of its own; this declares the part that the tests use. */
declare module 'asl-validator' {
  export default function validate(definition: unknown): { isValid: boolean; errors: unknown[] }
}
