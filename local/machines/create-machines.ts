import { LocalCloudError } from '../local-cloud-error.ts';
import { ServiceError } from '../states/service-error.ts';
import type { States } from '../states/states.ts';
import type { StateMachineDefinition } from './state-machine-properties.ts';

/** Registers the state machines; a definition that the runner refuses stops the boot with the runner's own words. */
export function createMachines(states: States, machines: readonly StateMachineDefinition[]): void {
  for (const { name, roleArn, definition, resource } of machines) {
    try {
      states.createStateMachine({ name, roleArn, definition });
    } catch (error) {
      if (error instanceof ServiceError) throw new LocalCloudError(`${resource.where} cannot run here: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
