/**
 * Replaces the SDK's `@modelcontextprotocol/server/_shims` in bundles, which leaves out ajv. The SDK creates a
 * validator with every server and uses it only for the responses to elicitations. This server sends no elicitations,
 * and the catalog validates tool arguments.
 */
export class DefaultJsonSchemaValidator {
  /** @throws always: a call means that a new feature needs a real validator */
  getValidator(): never {
    throw new Error('This bundle has no JSON Schema validator')
  }
}
