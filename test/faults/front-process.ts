/** A process of its own: another front of a local cloud, until its parent is gone or asks it to end. */
import process from 'node:process';
import { startFront, type FrontOptions } from '../../local/start-front.ts';

const front = await startFront(JSON.parse(process.argv[2] ?? '{}') as FrontOptions);
process.on('disconnect', () => void front.close().finally(() => process.exit(0)));
process.send?.(front.apiUrl);
