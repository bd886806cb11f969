/** Pages of a partition by signed requests, for the poller, which loads no AWS client. */
import { AppError } from '../shared/errors.ts'
import { isObject } from '../shared/json-value.ts'
import { fromAttributes } from './attribute-value.ts'
import { queryInput } from './query-input.ts'
import { signedRequest } from './signed-request.ts'
import type { Table } from './table-access.ts'

export function createListReader({ tableName }: { tableName: string }): Pick<Table, 'query'> {
  return {
    async query(query) {
      const input = queryInput(tableName, query)
      const { ok, body, errorName } = await signedRequest({ service: 'dynamodb', operation: 'Query', input })
      if (!ok)
        throw new AppError('internal', 'The table could not be read. Try again.', {}, new Error(errorName))
      const { Items, LastEvaluatedKey } = body
      const items = Array.isArray(Items) ? Items.filter(isObject).map(fromAttributes) : []
      return { items, isCut: LastEvaluatedKey !== undefined }
    },
  }
}
