import { readFileSync } from 'node:fs'

/** The closed set of error codes, read from the source of the type, which has no value at run time. */
export const ERROR_CODES: string[] = [
  ...(
    readFileSync('lambda/shared/errors.ts', 'utf8').match(/export type ErrorCode =([\s\S]*?)\n\n/)?.[1] ?? ''
  ).matchAll(/\| '([a-z_]+)'/g),
].map(match => match[1] ?? '')
