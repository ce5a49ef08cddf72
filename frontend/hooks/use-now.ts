"use client";

import { useEffect, useState } from "react";

/** Follow the clock, a minute at a time, so that what is said of dates stays true. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
