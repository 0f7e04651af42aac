import { type DynamicModule, Module } from '@nestjs/common'
import { type ControlPlaneOptions, createControlPlane } from './control-plane.js'

/** Injection token of the running `ControlPlaneService`. */
export const controlPlaneService = Symbol('ControlPlaneService')

@Module({})
class ControlPlaneModule {}

/**
 * The control plane for a composition with Nest: starts and stops with the application. `inject`: what `options` is given, in
 * their order.
 */
export function controlPlaneModule<Injected extends readonly unknown[]>(
  inject: readonly (string | symbol)[],
  options: (...injected: Injected) => ControlPlaneOptions,
): DynamicModule {
  const useFactory = async (...injected: Injected) => {
    const service = await createControlPlane(options(...injected))
    return { ...service, onApplicationBootstrap: () => service.start(), onApplicationShutdown: () => service.stop() }
  }
  const provider = { provide: controlPlaneService, inject: [...inject], useFactory }
  return { module: ControlPlaneModule, providers: [provider], exports: [controlPlaneService] }
}
