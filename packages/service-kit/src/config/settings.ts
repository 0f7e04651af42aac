import { limitSettings } from './limit-settings.js'
import { choice, integer, optionalAddress, optionalInteger, optionalText, pattern, secret, text } from './setting.js'

const mebibyte = 1024 * 1024
const bytes = { min: 0, max: Number.MAX_SAFE_INTEGER }
const milliseconds = { min: 0, max: 3_600_000 }

/** Every variable that Millrace reads. Units stand last in the names; whatever is bytes or milliseconds is a plain number. */
export const settings = {
  host: text('MILLRACE_HOST', '127.0.0.1', 'address that the endpoint listens on'),
  port: integer('MILLRACE_PORT', 4567, { min: 0, max: 65_535 }, 'port that the endpoint listens on; 0 takes a free one'),
  dataDirectory: text('MILLRACE_DATA', '.millrace', 'data directory; deleting it is a factory reset'),
  rootAccessKeyId: optionalText(
    'MILLRACE_ROOT_ACCESS_KEY_ID',
    'access key id of the root credentials, instead of the one made at first start',
  ),
  rootSecretAccessKey: secret('MILLRACE_ROOT_SECRET_ACCESS_KEY', 'secret access key that belongs to it'),
  accountId: pattern('MILLRACE_ACCOUNT_ID', '000000000000', /^[0-9]{12}$/, 'twelve digits', 'account of the root credentials'),
  tlsCertificateFile: optionalText(
    'MILLRACE_TLS_CERT',
    'PEM file with the certificate chain, instead of the one made at first start',
  ),
  tlsKeyFile: optionalText('MILLRACE_TLS_KEY', 'PEM file with the private key that belongs to it'),
  adminAddress: optionalAddress(
    'MILLRACE_ADMIN_ADDRESS',
    '`host:port` of a listener of their own for /health and /metrics, which are else answered to loopback peers at the endpoint',
  ),
  stateDelayMs: integer(
    'MILLRACE_STATE_DELAY_MS',
    200,
    milliseconds,
    'how long CREATING, UPDATING and DELETING last; with 0 they are over before the answer, but for those of a reshard',
  ),
  rateLimits: choice('MILLRACE_LIMITS', ['on', 'off'], '`off` lifts all throughput and call-rate limits; quotas stay'),
  lanes: optionalInteger('MILLRACE_LANES', { min: 1, max: 64 }, 'fits the cores', 'event loops that own shards'),
  requestBytesMax: integer('MILLRACE_REQUEST_BYTES_MAX', 256 * mebibyte, bytes, 'all request bodies in flight together'),
  responseBytesMax: integer('MILLRACE_RESPONSE_BYTES_MAX', 256 * mebibyte, bytes, 'all responses in flight together'),
  tailBytesMax: integer(
    'MILLRACE_TAIL_BYTES_MAX',
    256 * mebibyte,
    bytes,
    'newest records kept in memory, of all shards together',
  ),
  segmentBytes: integer(
    'MILLRACE_SEGMENT_BYTES',
    128 * mebibyte,
    { min: mebibyte, max: 1024 * mebibyte },
    'a segment file of the record log is ended before it passes this size; a larger batch gets one of its own',
  ),
  diskReserveBytes: integer('MILLRACE_DISK_RESERVE_BYTES', 64 * mebibyte, bytes, 'free space below which puts are refused'),
  drainMs: integer('MILLRACE_DRAIN_MS', 10_000, milliseconds, 'how long a stop waits for what is in flight'),
  hangMs: integer(
    'MILLRACE_HANG_MS',
    30_000,
    milliseconds,
    'a lane that does not answer for so long hangs: the process ends, to be started again; 0 never ends it, nor does it under a debugger',
  ),
  logLevel: choice('MILLRACE_LOG_LEVEL', ['info', 'debug', 'warn', 'error'], 'least severe messages to write'),
  logFormat: choice(
    'MILLRACE_LOG_FORMAT',
    ['auto', 'json', 'text'],
    'one JSON object a line, or text for people; `auto` writes text at a terminal',
  ),
  ...limitSettings,
} as const
