/** An AWS API as data: facts of the public service model, without documentation text. */
export interface ServiceModel {
  readonly metadata: ServiceMetadata
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
}

export interface ServiceMetadata {
  readonly apiVersion: string
  readonly endpointPrefix: string
  readonly protocol: string
  readonly protocols: readonly string[]
  readonly serviceId: string
  /** Where the credential scope names another service than `endpointPrefix`. */
  readonly signingName?: string
  readonly jsonVersion?: string
  /** What stands before the `.` in X-Amz-Target. */
  readonly targetPrefix?: string
  readonly xmlNamespace?: string
}

export interface OperationModel {
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number }
  /** Names of shapes; an operation may have neither. */
  readonly input?: string
  readonly output?: string
  readonly errors?: readonly string[]
}

/** How one shape refers to another. */
export interface MemberModel {
  readonly shape: string
  /** Where REST protocols carry the member instead of the body, and under which name. */
  readonly location?: string
  readonly locationName?: string
}

export interface StructureShape {
  readonly type: 'structure'
  readonly members: Readonly<Record<string, MemberModel>>
  readonly required?: readonly string[]
  readonly exception?: boolean
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number }
  /** The members are the events of a stream, one at a time. */
  readonly eventstream?: boolean
  readonly event?: boolean
  /** Exactly one member is set. */
  readonly union?: boolean
}

export interface ListShape {
  readonly type: 'list'
  readonly member: MemberModel
  readonly min?: number
  readonly max?: number
}

export interface MapShape {
  readonly type: 'map'
  readonly key: MemberModel
  readonly value: MemberModel
  readonly min?: number
  readonly max?: number
}

/** `min` and `max` bound the characters. */
export interface StringShape {
  readonly type: 'string'
  readonly min?: number
  readonly max?: number
  /** A Java regular expression that the whole text matches. */
  readonly pattern?: string
  readonly enum?: readonly string[]
}

/** `min` and `max` bound the value. */
export interface NumberShape {
  readonly type: 'integer' | 'long' | 'float' | 'double'
  readonly min?: number
  readonly max?: number
}

export interface BooleanShape {
  readonly type: 'boolean'
}

/** `min` and `max` bound the bytes. */
export interface BlobShape {
  readonly type: 'blob'
  readonly min?: number
  readonly max?: number
}

export interface TimestampShape {
  readonly type: 'timestamp'
}

export type Shape = StructureShape | ListShape | MapShape | StringShape | NumberShape | BooleanShape | BlobShape | TimestampShape
