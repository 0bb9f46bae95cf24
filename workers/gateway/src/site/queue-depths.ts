type Depth = { name: string; labels: string; value: number };

/** A queue that cannot say is left out: a wrong zero would look like peace. */
export async function queueDepths(queues: Record<string, Pick<Queue, "metrics">>): Promise<Depth[]> {
  const depths = await Promise.all(
    Object.entries(queues).map(async ([queue, producer]): Promise<Depth[]> => {
      try {
        const { backlogCount } = await producer.metrics();
        return [{ name: "charla_queue_depth", labels: `queue="${queue}"`, value: backlogCount }];
      } catch {
        return [];
      }
    }),
  );
  return depths.flat();
}
