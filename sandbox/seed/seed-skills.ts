/** The skills that come with the sandbox. */
import type { SkillRecord } from '../state/state.ts'

function skill(
  id: string,
  name: string,
  description: string,
  createdAt: string,
  usageCount: number,
): SkillRecord {
  const createdAtMs = Date.parse(createdAt)
  const text = `---\nname: ${name}\ndescription: ${description}\n---\n\n# ${name}\n\n${description}\n`
  return {
    id,
    name,
    description,
    teamId: 'team_harbor',
    createdAtMs,
    usageCount,
    viewCount: usageCount * 3,
    lastUsedAtMs: usageCount === 0 ? null : createdAtMs + 86_400_000,
    metadata: {},
    isDeleted: false,
    versions: [
      {
        id: id.replace(/^skill_/, 'sv_'),
        createdAtMs,
        files: [{ name: 'SKILL.md', base64: Buffer.from(text).toString('base64') }],
      },
    ],
  }
}

export function seedSkills(): SkillRecord[] {
  return [
    skill(
      'skill_cloud_hardening',
      'cloud-hardening',
      'What to check in a cloud account, and in which order.',
      '2026-05-14T09:00:00Z',
      42,
    ),
    skill(
      'skill_ticket_triage',
      'ticket-triage',
      'Which team gets which ticket, and how to rate urgency.',
      '2026-04-01T09:00:00Z',
      17,
    ),
    skill(
      'skill_house_style',
      'house-style',
      'How Harbor & Finch writes: short, warm, no exclamation marks.',
      '2026-01-12T09:00:00Z',
      0,
    ),
  ]
}
