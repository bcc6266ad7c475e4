import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Counters } from '../ports.ts';

/** Counts as CloudWatch metrics, written at once in the embedded format: no call, and nothing to flush when a function is frozen. */
export class MetricsCounters implements Counters {
  readonly #metrics: Metrics;

  constructor(stage: string) {
    this.#metrics = new Metrics({ namespace: 'aerobridge', serviceName: stage });
  }

  count(name: string): void {
    this.#metrics.addMetric(name, MetricUnit.Count, 1);
    this.#metrics.publishStoredMetrics();
  }
}
