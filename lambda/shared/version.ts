/** The version of this product, as `package.json` has it; a test holds the two together. */
export const PRODUCT_VERSION = '0.1.0'
