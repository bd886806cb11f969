import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { GumloopMcpStack } from '../../lib/gumloop-mcp-stack.ts'
import { parseStageConfig } from '../../lib/stage/stage-config.ts'
import { placeholderBundles } from '../support/placeholder-bundles.ts'

/** A JSON value in a template. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export interface TemplateResource {
  Type: string
  Properties: { [key: string]: Json }
  DependsOn?: string[]
  DeletionPolicy?: string
  UpdatePolicy?: Json
  UpdateReplacePolicy?: string
}

export interface SynthesizedStage {
  app: App
  stack: GumloopMcpStack
  /** The whole of it, as it is written to the assembly. */
  template: object
  resources: Record<string, TemplateResource>
  outputs: Record<string, { Value: Json; Export: { Name: Json } }>
  /** All resources of one type, by logical id. */
  ofType(type: string): Record<string, TemplateResource>
  /** The one resource of that type whose logical id begins so. */
  one(type: string, idPrefix?: string): TemplateResource
  /** Every statement that the role with that logical id prefix has, wherever it is written. */
  statementsOf(roleIdPrefix: string): Json[]
}

const bundleRoot = placeholderBundles()

// One cast: `cdk.json` is ours, and the CLI reads the feature flags from `context`.
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> }

/** CDK's validation against CloudFormation's schemas takes two seconds, so only one test enables it. */
const SCHEMA_CHECK = '@aws-cdk/core:validateAgainstDefaultRules'

/** An app with the feature flags of `cdk.json`, whose assembly goes to a temporary folder. */
export function createApp({ schemaCheck }: { schemaCheck: boolean }): App {
  return new App({
    context: { ...context, [SCHEMA_CHECK]: schemaCheck },
    outdir: mkdtempSync(join(tmpdir(), 'gumloop-mcp-synth-')),
    stackTraces: false,
  })
}

/** The template of a stage file with these contents, as `cdk synth` creates it. */
export function synthesize(contents: unknown, stageName = 'test'): SynthesizedStage {
  const app = createApp({ schemaCheck: false })
  const stack = new GumloopMcpStack(app, { stage: parseStageConfig(stageName, contents), bundleRoot })
  // One cast: the assembly returns the template's JSON untyped.
  const template = app.synth().getStackByName(stack.stackName).template as {
    Resources: Record<string, TemplateResource>
    Outputs: SynthesizedStage['outputs']
  }
  const ofType = (type: string) =>
    Object.fromEntries(Object.entries(template.Resources).filter(([, one]) => one.Type === type))
  return {
    app,
    stack,
    template,
    resources: template.Resources,
    outputs: template.Outputs,
    ofType,
    one(type, idPrefix = '') {
      const found = Object.entries(ofType(type)).filter(([id]) => id.startsWith(idPrefix))
      const [first] = found
      if (first === undefined || found.length > 1)
        throw new Error(`${found.length} of ${type} begin with "${idPrefix}"`)
      return first[1]
    },
    statementsOf(roleIdPrefix) {
      const role = Object.keys(ofType('AWS::IAM::Role')).find(id => id.startsWith(roleIdPrefix))
      if (role === undefined) throw new Error(`no role begins with ${roleIdPrefix}`)
      const { Policies = [], ManagedPolicyArns = [] } = template.Resources[role]?.Properties ?? {}
      const attached = Object.values(ofType('AWS::IAM::Policy')).filter(
        policy => JSON.stringify(policy.Properties.Roles) === JSON.stringify([{ Ref: role }]),
      )
      return [
        ...list(Policies),
        ...list(ManagedPolicyArns),
        ...attached.flatMap(policy => statements(policy.Properties.PolicyDocument)),
      ]
    },
  }
}

function list(value: Json): Json[] {
  return Array.isArray(value) ? value : [value]
}

function statements(document: Json | undefined): Json[] {
  if (document === null || typeof document !== 'object' || Array.isArray(document)) return []
  return Array.isArray(document.Statement) ? document.Statement : []
}
