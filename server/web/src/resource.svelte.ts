import { asApiError, type ApiError } from './api/client';

/** Something that is fetched: `data` once it is there, `error` when it failed; `reload` fetches it (again). */
export class Resource<T> {
  data = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  private turn = 0;

  constructor(private readonly fetch: () => Promise<T>) {
    void this.reload();
  }

  async reload(): Promise<void> {
    const turn = ++this.turn;
    this.error = null;
    try {
      const data = await this.fetch();
      if (turn === this.turn) this.data = data;
    } catch (error) {
      if (turn === this.turn) this.error = asApiError(error);
    }
  }
}
