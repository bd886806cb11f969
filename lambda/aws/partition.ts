/** AWS's partitions, by the name of a region. Pure. */

/** How a partition's regions begin, its name in ARNs, and the end of its services' host names. */
const PARTITIONS = [
  { regions: 'cn-', name: 'aws-cn', dnsSuffix: 'amazonaws.com.cn' },
  { regions: 'us-gov-', name: 'aws-us-gov', dnsSuffix: 'amazonaws.com' },
  { regions: 'us-iso-', name: 'aws-iso', dnsSuffix: 'c2s.ic.gov' },
  { regions: 'us-isob-', name: 'aws-iso-b', dnsSuffix: 'sc2s.sgov.gov' },
  { regions: 'eu-isoe-', name: 'aws-iso-e', dnsSuffix: 'cloud.adc-e.uk' },
  { regions: 'us-isof-', name: 'aws-iso-f', dnsSuffix: 'csp.hci.ic.gov' },
  { regions: 'eusc-', name: 'aws-eusc', dnsSuffix: 'amazonaws.eu' },
]
const COMMERCIAL = { name: 'aws', dnsSuffix: 'amazonaws.com' }

/** The partition of a region such as `eu-central-1`. */
export function partitionOf(region: string): { name: string; dnsSuffix: string } {
  return PARTITIONS.find(({ regions }) => region.startsWith(regions)) ?? COMMERCIAL
}
