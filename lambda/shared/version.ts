/** The version of this product. A test compares it with `package.json`. */
export const PRODUCT_VERSION = '0.2.0'
