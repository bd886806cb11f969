/** App events that can start an agent, and the accounts that are connected to each app. */

export interface TriggerOperator {
  name: string
  display_name: string
  version: string
  description: string
  category: string
  credential_types: string[]
  parameters: {
    name: string
    data_type: string
    description: string
    required: boolean
    default_value: unknown
    is_dynamic: boolean
    is_hidden: boolean
  }[]
}

const parameter = (name: string, description: string, required: boolean) => ({
  name,
  data_type: 'string',
  description,
  required,
  default_value: null,
  is_dynamic: required,
  is_hidden: false,
})

export const TRIGGER_OPERATORS: readonly TriggerOperator[] = [
  {
    name: 'Slack Message Reader',
    display_name: 'Slack Message Reader',
    version: '2',
    description: 'Starts the agent for each new message in a channel.',
    category: 'Slack',
    credential_types: ['slack_access_token'],
    parameters: [
      parameter('Channel', 'The channel to watch.', true),
      parameter('From', 'Only messages of this person.', false),
    ],
  },
  {
    name: 'AWS Bucket Watcher',
    display_name: 'AWS Bucket Watcher',
    version: '1',
    description: 'Starts the agent for each new object in a bucket.',
    category: 'AWS',
    credential_types: ['aws_access_key'],
    parameters: [parameter('Bucket', 'The bucket to watch.', true)],
  },
]

export function operatorByName(name: string): TriggerOperator | undefined {
  return TRIGGER_OPERATORS.find(operator => operator.name === name)
}

export interface AppAccount {
  id: string
  label: string
  isDefault: boolean
}

/** By MCP server. An app without accounts is not connected. */
export const APP_ACCOUNTS: Readonly<Record<string, readonly AppAccount[]>> = {
  gumloop_slack: [
    { id: 'acct_slack_noor', label: 'noor@harborfinch.example', isDefault: true },
    { id: 'acct_slack_sales', label: 'sales@harborfinch.example', isDefault: false },
  ],
  gumloop_aws: [{ id: 'acct_aws_harbor', label: 'Harbor & Finch, production', isDefault: true }],
  gumloop_ledger: [],
}

export const isAccount = (id: unknown): boolean =>
  Object.values(APP_ACCOUNTS).some(accounts => accounts.some(account => account.id === id))
