/**
 * What the SDK gets for its `@modelcontextprotocol/server/_shims` in our bundles: a server without ajv (150 KB).
 * The SDK makes a validator with every server and uses it to check what a user filled into an elicitation form.
 * We send no elicitations, and arguments of tools are checked by the catalog.
 */
export class DefaultJsonSchemaValidator {
  /** @throws always: reaching it means that a feature was added which needs a real validator. */
  getValidator(): never {
    throw new Error('This bundle has no JSON Schema validator')
  }
}
