/** Resources and prompts of the sandbox's MCP servers. */

export const MCP_RESOURCES: Readonly<
  Record<
    string,
    { uri: string; name: string; title: string; description: string; mime_type: string; text: string }[]
  >
> = {
  gumloop_slack: [
    {
      uri: 'slack://channel/repairs',
      name: 'repairs',
      title: '#repairs',
      description: 'The latest messages of the channel.',
      mime_type: 'text/plain',
      text: 'Noor: Two bags with broken wheels from Northrail arrived.\nAna: Form R-7 is attached.',
    },
  ],
  gumloop_aws: [],
}

export const MCP_PROMPTS: Readonly<
  Record<
    string,
    {
      name: string
      description: string
      arguments: { name: string; description: string; required: boolean }[]
      template: string
    }[]
  >
> = {
  gumloop_slack: [
    {
      name: 'summarize_channel',
      description: 'Summarize what was said in a channel.',
      arguments: [
        { name: 'channel', description: 'The channel.', required: true },
        { name: 'days', description: 'How far to look back.', required: false },
      ],
      template: 'Summarize {channel} {days}',
    },
  ],
  gumloop_aws: [],
}
