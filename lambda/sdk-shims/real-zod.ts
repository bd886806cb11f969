/**
 * The part of zod that the SDK uses, as the fallback of `zod-v4.ts`. The names are listed so that the bundler drops
 * the rest (locales, JSON Schema import), which is most of zod.
 */
import { coerce, iso } from 'zod/v4'

export {
  any,
  array,
  boolean,
  discriminatedUnion,
  email,
  enum,
  intersection,
  lazy,
  literal,
  looseObject,
  null,
  number,
  object,
  optional,
  preprocess,
  record,
  string,
  toJSONSchema,
  union,
  unknown,
  url,
} from 'zod/v4'
export const coerceNumber = coerce.number
export const isoDate = iso.date
export const isoDatetime = iso.datetime
