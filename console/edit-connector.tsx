/** Edits a connector, based on the version that was loaded, so that concurrent changes of others are not lost. */
import { useState } from 'preact/hooks'
import { Alert, FailureAlert } from './alert.tsx'
import type { Api } from './api.ts'
import { ApiFailure } from './api-failure.ts'
import { draftOf } from './connector-draft.ts'
import { ConnectorForm } from './connector-form.tsx'
import { toFragment } from './route.ts'
import { useLoaded } from './use-loaded.ts'
import { useTitle } from './use-title.ts'

export function EditConnector({ api, account, id }: { api: Api; account: string; id: string }) {
  const all = useLoaded(id, async () => {
    const [at, catalog, groups] = await Promise.all([
      api.connector(account, id),
      api.catalog(),
      api.groups(account),
    ])
    return { at, catalog, groups }
  })
  const [isChanged, setIsChanged] = useState(false)
  const name = all.value?.at.record.name ?? 'Connector'
  const back = toFragment({ page: 'connector', account, id })
  useTitle(`Edit ${name}`)
  return (
    <section aria-labelledby="heading">
      <nav aria-label="Breadcrumb" class="crumbs">
        <a href={toFragment({ page: 'connectors', account })}>Connectors</a>
        <a href={back}>{name}</a>
      </nav>
      <h1 id="heading" tabIndex={-1}>
        Edit {name}
      </h1>
      {all.failure !== undefined && <FailureAlert failure={all.failure} />}
      {isChanged && (
        <Alert kind="warn">
          The connector was changed by someone else in the meantime. Your change was not saved. The form shows
          the current version.
        </Alert>
      )}
      {all.value !== undefined && (
        <ConnectorForm
          key={all.value.at.etag}
          catalog={all.value.catalog}
          groups={all.value.groups}
          initial={draftOf(all.value.at.record)}
          submitLabel="Save changes"
          cancelHref={back}
          onSubmit={async input => {
            if (all.value === undefined) return
            try {
              await api.update(all.value.at, input)
            } catch (error) {
              if (error instanceof ApiFailure && error.code === 'conflict') {
                setIsChanged(true)
                all.reload()
              }
              throw error
            }
            location.hash = back
          }}
        />
      )}
    </section>
  )
}
