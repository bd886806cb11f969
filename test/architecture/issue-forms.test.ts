/** GitHub reports a form that it cannot read only to the person who opens it. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

interface Field {
  type: string
  id?: string
  attributes: { label?: string; value?: string; options?: string[] }
}

interface Form {
  name: string
  description: string
  body: Field[]
}

const FOLDER = '.github/ISSUE_TEMPLATE'
const read = (file: string): string => readFileSync(`${FOLDER}/${file}`, 'utf8')
const readForm = (file: string): Form => parse(read(file))
const forms = readdirSync(FOLDER).filter(file => file !== 'config.yml')

test('there is one form for a bug and one for a feature, and no other way to open an issue', () => {
  expect(forms.sort()).toEqual(['bug.yml', 'feature.yml'])
  expect(parse(read('config.yml'))).toEqual({ blank_issues_enabled: false })
})

test.each(forms)('%s has what GitHub asks of a form', file => {
  const { name, description, body } = readForm(file)
  expect(name).toMatch(/\S/)
  expect(description).toMatch(/\S/)
  const fields = body.filter(({ type }) => type !== 'markdown')
  expect(fields.length).toBeGreaterThan(2)
  for (const { type, id, attributes } of fields) {
    expect(['input', 'textarea', 'dropdown']).toContain(type)
    expect(id).toMatch(/^[\w-]+$/)
    expect(attributes.label).toMatch(/\S/)
    const { options = [] } = attributes
    expect(options.length > 1).toBe(type === 'dropdown')
    expect(new Set(options).size).toBe(options.length)
  }
  for (const values of [fields.map(({ id }) => id), fields.map(({ attributes }) => attributes.label)])
    expect(new Set(values).size).toBe(fields.length)
})

test('the bug form sends vulnerabilities elsewhere and asks to remove secrets', () => {
  const [first] = readForm('bug.yml').body
  expect(first?.type).toBe('markdown')
  expect(first?.attributes.value).toContain('Report a vulnerability')
  expect(first?.attributes.value).toMatch(/gmcp_.*gapi_.*keys/)
})
