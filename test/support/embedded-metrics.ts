/**
 * Extracts metric data points from log lines in CloudWatch's embedded metric format. Throws where CloudWatch
 * silently drops data: on a line that violates the format.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { z } from 'zod'

const directive = z.strictObject({
  Namespace: z.string().min(1).max(255),
  Dimensions: z.array(z.array(z.string().min(1).max(255)).max(30)).min(1),
  Metrics: z
    .array(z.strictObject({ Name: z.string().min(1).max(255), Unit: z.enum(['Count', 'Milliseconds']) }))
    .min(1)
    .max(100),
})
const embedded = z.looseObject({
  _aws: z.strictObject({ Timestamp: z.int(), CloudWatchMetrics: z.array(directive).min(1) }),
})

/** One value of one metric. */
export interface DataPoint {
  namespace: string
  name: string
  /** Dimension → value. */
  dimensions: Record<string, string>
  value: number
  atMs: number
}

/** The data points in one parsed log line. @throws when the line violates the format */
export function dataPointsOf(line: unknown): DataPoint[] {
  if (typeof line !== 'object' || line === null || !('_aws' in line)) return []
  const { _aws, ...fields } = embedded.parse(line)
  return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap(names =>
      Metrics.map(({ Name }) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map(name => [name, dimension.parse(fields[name])])),
        value: z.number().parse(fields[Name]),
        atMs: _aws.Timestamp,
      })),
    ),
  )
}

/** CloudWatch accepts printable ASCII only. */
const dimension = z.string().regex(/^(?=.*[\x21-\x7e])[\x20-\x7e]{1,1024}$/)

/** A data point's metric without its namespace, such as `failed{outcome=ok}`. */
export function nameOf({ name, dimensions }: Pick<DataPoint, 'name' | 'dimensions'>): string {
  const pairs = Object.entries(dimensions).map(([key, value]) => `${key}=${value}`)
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
}
