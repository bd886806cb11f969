/** Creates a connector, then shows its URL once. */
import { useState } from 'preact/hooks'
import type { ConnectorWithToken } from '../lambda/admin/connector-admin.ts'
import { FailureAlert } from './alert.tsx'
import type { Api } from './api.ts'
import { NEW_DRAFT } from './connector-draft.ts'
import { ConnectorForm } from './connector-form.tsx'
import { toFragment } from './route.ts'
import { UrlOnce } from './url-once.tsx'
import { useLoaded } from './use-loaded.ts'
import { useTitle } from './use-title.ts'

export function NewConnector({ api, account }: { api: Api; account: string }) {
  const choices = useLoaded(account, async () => {
    const [catalog, groups] = await Promise.all([api.catalog(), api.groups(account)])
    return { catalog, groups }
  })
  const [created, setCreated] = useState<ConnectorWithToken>()
  useTitle(created === undefined ? 'New connector' : created.name)
  const list = toFragment({ page: 'connectors', account })
  if (created !== undefined) return <UrlOnce connector={created} />
  return (
    <section aria-labelledby="heading">
      <nav aria-label="Breadcrumb" class="crumbs">
        <a href={list}>Connectors</a>
      </nav>
      <h1 id="heading" tabIndex={-1}>
        New connector
      </h1>
      {choices.failure !== undefined && <FailureAlert failure={choices.failure} />}
      {choices.value !== undefined && (
        <ConnectorForm
          {...choices.value}
          initial={NEW_DRAFT}
          submitLabel="Create connector"
          cancelHref={list}
          onSubmit={async input => setCreated(await api.create(account, input))}
        />
      )}
    </section>
  )
}
