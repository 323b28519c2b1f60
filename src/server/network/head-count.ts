/** How many of something each person has. Who has none is forgotten. */
export interface HeadCount {
  of(user: string): number;
  /** One more, until the function returned is called. */
  add(user: string): () => void;
}

export function createHeadCount(): HeadCount {
  const counts = new Map<string, number>();
  const change = (user: string, by: number): void => {
    const many = (counts.get(user) ?? 0) + by;
    if (many > 0) counts.set(user, many);
    else counts.delete(user);
  };
  return {
    of: (user) => counts.get(user) ?? 0,
    add: (user) => {
      change(user, 1);
      let isCounted = true;
      return () => {
        if (isCounted) change(user, -1);
        isCounted = false;
      };
    },
  };
}
