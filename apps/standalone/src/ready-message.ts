/** What a person needs to type next. The first line is what scripts wait for. */
export function readyMessage(parts: {
  readonly url: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly caFile: string | undefined
}): string {
  const { url, region, accessKeyId, secretAccessKey, caFile } = parts
  return [
    `Millrace is ready: ${url}`,
    '',
    `  export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `  export AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `  export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    '',
    ...(caFile === undefined
      ? []
      : [`  TLS on the same port: ${url.replace('http:', 'https:')} (certificate authority: ${caFile})`, '']),
  ].join('\n')
}
