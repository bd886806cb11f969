/** The output of the Research Desk: a brief on the question, and its sources. All of it is fictional. */
import { fractionOf } from '../http/ids.ts'

export interface Source {
  title: string
  publisher: string
  year: number
  used_for: string
}

const SOURCES: Source[] = [
  {
    title: 'Carry-on, carry on: cabin luggage in Europe',
    publisher: 'Aldermoor Review',
    year: 2026,
    used_for: 'sizes',
  },
  {
    title: 'What returns really cost',
    publisher: 'Parcel & Post Quarterly',
    year: 2025,
    used_for: 'returns',
  },
  {
    title: 'Rail travellers and their bags, a survey',
    publisher: 'Nordlys Institute',
    year: 2026,
    used_for: 'demand',
  },
  { title: 'Recycled nylon, price series', publisher: 'Fibre Exchange', year: 2026, used_for: 'materials' },
  {
    title: 'Second-hand luggage: who buys it twice',
    publisher: 'Circular Trade Notes',
    year: 2025,
    used_for: 'resale',
  },
]

const OBSERVATIONS = [
  'Travellers under 35 replace a bag when a wheel breaks, not when the bag does: sell wheels.',
  'Three of five competitors raised prices this spring, and none said so on the product page.',
  'Rail is where the growth is; airlines decide the sizes, trains forgive them.',
  'Reviews mention "zip" more often than "price", and hardly ever kindly.',
  'Repair programmes are announced by many and staffed by two.',
  'Corporate gifts are a fifth of December and close to nothing in any other month.',
]

export function researchSources(runId: string): Source[] {
  return SOURCES.filter((_, i) => i < 2 || fractionOf(`${runId}|source ${i}`) < 0.6)
}

/** Three observations. Deterministic for each run. */
export function researchPoints(runId: string): string[] {
  return OBSERVATIONS.map((text, i) => ({ text, rank: fractionOf(`${runId}|point ${i}`) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, 3)
    .map(({ text }) => text)
}

export function researchBrief(runId: string, question: string): string {
  const points = researchPoints(runId).map(point => `- ${point}`)
  const sources = researchSources(runId).map(s => `- ${s.title} (${s.publisher}, ${s.year})`)
  return [
    '# Brief',
    '',
    `> ${question}`,
    '',
    '## What stands out',
    '',
    ...points,
    '',
    '## Read',
    '',
    ...sources,
    '',
  ].join('\n')
}
