/** The steps for one client. */
import type { ClientSteps } from './client-steps.ts'
import { CopyButton } from './copy-button.tsx'

export function Steps({ client }: { client: ClientSteps }) {
  return (
    <>
      {client.note !== undefined && (
        <p class="alert warn">
          <WithCode text={client.note} />
        </p>
      )}
      <ol class="steps">
        {client.steps.map(step => (
          <li key={step}>
            <WithCode text={step} />
          </li>
        ))}
      </ol>
      {client.file !== undefined && (
        <figure class="file">
          <figcaption>
            <span class="mono small">{client.file.name}</span>
            <CopyButton text={client.file.text} label="Copy" />
          </figcaption>
          <pre>{client.file.text}</pre>
        </figure>
      )}
    </>
  )
}

/** Text in which the parts in backticks are code. */
function WithCode({ text }: { text: string }) {
  return <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : part))}</>
}
