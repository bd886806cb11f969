/** The saved flows that come with the sandbox: workbooks, declared inputs, and how a run behaves. */

export interface FlowInput {
  name: string
  data_type: 'string' | 'file'
  description: string | null
}

export interface FlowOutcome {
  outputs: Record<string, unknown>
  /** Files that the run produces: content by name. */
  files: Record<string, string>
}

export interface Flow {
  id: string
  workbookId: string
  name: string
  description: string
  createdAt: string
  inputs: FlowInput[]
  /** Milliseconds at speed 1. */
  queuedMs: number
  workMs: number
  credits: number
  /** `empty`: `start_pipeline` responds with 204 and no body, as reported of Gumloop (docs/gumloop-api.md, Flows). */
  startResponse: 'run' | 'empty'
  /** Names of the steps, for the log. */
  steps: string[]
  /** Why every run fails; null when runs succeed. */
  failure: string | null
  outcome: (inputs: Record<string, unknown>) => FlowOutcome
}

export const WORKBOOKS = [
  {
    id: 'wb_marketing',
    name: 'Marketing',
    description: 'Customer communication.',
    createdAt: '2026-06-01T09:00:00Z',
  },
  {
    id: 'wb_operations',
    name: 'Operations',
    description: 'Warehouse and accounting.',
    createdAt: '2026-03-20T13:30:00Z',
  },
] as const

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))
const slug = (value: string) =>
  value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
const NOTHING = () => ({ outputs: {}, files: {} })

function distributeCampaign(inputs: Record<string, unknown>): FlowOutcome {
  const campaign = text(inputs.campaign_name)
  const channel = text(inputs.channel)
  const file = `${slug(campaign)}-recipients.csv`
  const rows = [
    'segment,recipients,first_send',
    'City breakers,1840,2026-07-01T07:00:00Z',
    'Rail commuters,960,2026-07-01T07:30:00Z',
    '"Families, two bags or more",1215,2026-07-02T17:00:00Z',
  ]
  return {
    outputs: {
      summary: `"${campaign}" is planned on ${channel}: 4,015 recipients in 3 segments, first send on 1 July at 07:00 UTC.`,
      recipients: 4015,
      recipients_file: file,
    },
    files: { [file]: `${rows.join('\r\n')}\r\n` },
  }
}

export const FLOWS: readonly Flow[] = [
  {
    id: 'flow_q3_campaign',
    workbookId: 'wb_marketing',
    name: 'Q3 Campaign Distributor',
    description: 'Plans a campaign on a channel: selects segments, counts recipients, sets send times.',
    createdAt: '2026-06-10T10:15:00Z',
    inputs: [
      {
        name: 'campaign_name',
        data_type: 'string',
        description: 'Name of the campaign, for example "Summer Promo".',
      },
      { name: 'channel', data_type: 'string', description: 'Channel: Email, SMS or Push.' },
    ],
    queuedMs: 500,
    workMs: 2_500,
    credits: 6,
    startResponse: 'run',
    steps: ['Read segments', 'Count recipients', 'Set send times'],
    failure: null,
    outcome: distributeCampaign,
  },
  {
    id: 'flow_lead_intake',
    workbookId: 'wb_marketing',
    name: 'Lead Intake Webhook',
    description: 'Creates a lead from any payload. Declares no inputs.',
    createdAt: '2026-05-04T11:00:00Z',
    inputs: [],
    queuedMs: 200,
    workMs: 1_300,
    credits: 2,
    startResponse: 'run',
    steps: ['Receive payload', 'Create lead'],
    failure: null,
    outcome: inputs => ({
      outputs: { lead_id: `lead-${Object.keys(inputs).length}`, received: inputs },
      files: {},
    }),
  },
  {
    id: 'flow_crm_ping',
    workbookId: 'wb_marketing',
    name: 'CRM Ping',
    description: 'Refreshes the CRM. Its start returns no run ID (HTTP 204).',
    createdAt: '2026-04-14T07:45:00Z',
    inputs: [{ name: 'account', data_type: 'string', description: null }],
    queuedMs: 200,
    workMs: 800,
    credits: 1,
    startResponse: 'empty',
    steps: ['Ping'],
    failure: null,
    outcome: inputs => ({ outputs: { pinged: text(inputs.account) }, files: {} }),
  },
  {
    id: 'flow_invoice_reader',
    workbookId: 'wb_operations',
    name: 'Invoice Reader',
    description: 'Reads an uploaded invoice and returns its total.',
    createdAt: '2026-05-22T15:10:00Z',
    inputs: [
      { name: 'invoice', data_type: 'file', description: 'File name of an uploaded invoice.' },
      {
        name: 'currency',
        data_type: 'string',
        description: 'Currency to convert the total to, for example EUR.',
      },
    ],
    queuedMs: 400,
    workMs: 2_600,
    credits: 5,
    startResponse: 'run',
    steps: ['Open file', 'Read lines', 'Convert total'],
    failure: null,
    outcome: inputs => ({
      outputs: { file: text(inputs.invoice), total: '1,284.50', currency: text(inputs.currency) || 'EUR' },
      files: {},
    }),
  },
  {
    id: 'flow_ledger_export',
    workbookId: 'wb_operations',
    name: 'Nightly Ledger Export',
    description: 'Exports the ledger. Always fails, because the ledger is unreachable.',
    createdAt: '2026-02-18T22:00:00Z',
    inputs: [{ name: 'month', data_type: 'string', description: 'Month as YYYY-MM.' }],
    queuedMs: 300,
    workMs: 1_700,
    credits: 1,
    startResponse: 'run',
    steps: ['Log in to the ledger', 'Export'],
    failure: 'Log in to the ledger: ledger.example answered 503 three times',
    outcome: NOTHING,
  },
  {
    id: 'flow_warehouse_count',
    workbookId: 'wb_operations',
    name: 'Warehouse Reconciliation',
    description: 'Compares shelf counts with the books. Takes ten minutes.',
    createdAt: '2026-03-21T06:00:00Z',
    inputs: [{ name: 'warehouse', data_type: 'string', description: 'Lyon or Gdynia.' }],
    queuedMs: 2_000,
    workMs: 598_000,
    credits: 38,
    startResponse: 'run',
    steps: ['Read shelf counts', 'Read books', 'Match', 'Explain differences', 'Write report'],
    failure: null,
    outcome: inputs => ({
      outputs: {
        warehouse: text(inputs.warehouse),
        matched: 11_204,
        different: 37,
        missing_entirely: 'one umbrella',
      },
      files: {},
    }),
  },
]
