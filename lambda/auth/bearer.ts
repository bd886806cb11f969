/** The value of `Authorization: Bearer <value>`, or undefined for another scheme or several values (RFC 6750). Pure. */
export function bearerValue(authorization: string): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization)?.[1]
}
