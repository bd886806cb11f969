/** Schemas of the admin API about API tokens and leaked tokens. Pure data. */
import {
  accountId,
  expiry,
  id,
  input,
  name,
  orNull,
  record,
  ref,
  type Schema,
  text,
  timestamp,
} from './admin-schema-parts.ts'

const scopes: Schema = {
  type: 'array',
  items: { type: 'string', enum: ['connect', 'admin'] },
  minItems: 1,
  description: 'connect: for connectors that require an API token. admin: for this API.',
}
const connectLists = {
  accounts: {
    ...orNull({ type: 'array', items: accountId, minItems: 1, maxItems: 50 }),
    description: 'The scope connect is for connectors of these accounts; null: see connectors.',
  },
  connectors: {
    ...orNull({ type: 'array', items: id, minItems: 1, maxItems: 50 }),
    description:
      'The scope connect is for these connectors, besides those of accounts. Both null: for all that require an API token.',
  },
}
const apiTokenFields = {
  id,
  name,
  scopes,
  ...connectLists,
  expires_at: expiry,
  created_by: text('Who created it.'),
  parent_id: orNull(id),
  created_at: timestamp('When it was created.'),
  last_used_at: orNull(timestamp('To the minute; null: not used yet.')),
  revoked_at: orNull(timestamp('When it was revoked; null: not revoked.')),
}

export const API_TOKEN_SCHEMAS: Record<string, Schema> = {
  ApiToken: record(
    'A token for this API, or for connectors that require more than their URL.',
    apiTokenFields,
  ),
  ApiTokenWithToken: record('An API token with its secret text, which only this response contains.', {
    ...apiTokenFields,
    token: { type: 'string', pattern: '^gapi_[a-z0-9]{16}_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$' },
  }),
  ApiTokenCreation: input('A new API token.', { name, scopes, ...connectLists, expires_at: expiry }, [
    'name',
    'scopes',
  ]),
  LeakedToken: input(
    'A token that became known to others.',
    {
      token: {
        type: 'string',
        maxLength: 4000,
        pattern: '(?:gmcp|gapi)_[a-z0-9]{16}_[A-Za-z0-9_-]{43}',
        description: 'The token, or a text such as a URL with one token in it.',
      },
    },
    ['token'],
  ),
  RevokedToken: record('What the token belonged to, now revoked; the other one is null.', {
    connector: orNull(ref('Connector')),
    api_token: orNull(ref('ApiToken')),
  }),
}
