/** Rules that the sandbox's agents have made for themselves, by agent. */
export const APP_RULES: Readonly<Record<string, Record<string, unknown>[]>> = {
  agt_security_audit: [
    {
      id: 'rule_read_only',
      name: 'Read only',
      description: 'Never changes anything in the cloud accounts.',
      status: 'active',
      server_id: 'gumloop_aws',
      config: { allowed_tools: ['aws_list_buckets'] },
      priority: 1,
    },
  ],
  agt_expense_approver: [
    {
      id: 'rule_small_payments',
      name: 'Payments over € 100',
      description: 'Asks a person before it pays more than € 100.',
      status: 'active',
      server_id: 'gumloop_ledger',
      config: { requires_approval: ['pay_expense'], above_euros: 100 },
      priority: 1,
    },
  ],
}
