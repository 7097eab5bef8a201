import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What a proxy does with the bytes between its clients and the server:
 *
 * - `pass`: hands them on.
 * - `swallow`: keeps the connections and hands nothing on, as a network does
 *   that has lost the other side without telling: a half-open connection.
 * - `refuse`: ends all connections, old and new.
 * - `slow`: hands the server's bytes on after `delayMs`.
 * - `garbage`: answers each request with 200 and what no client can use.
 */
export type Behaviour = 'pass' | 'swallow' | 'refuse' | 'slow' | 'garbage';

/** A TCP proxy on loopback that misbehaves on request, in front of a server that does not. */
export class FaultyProxy {
  /** Where it listens. */
  url = '';
  /** How long the server's bytes take when it is slow, in milliseconds. */
  delayMs = 500;
  /** How many connections it has taken. */
  connections = 0;
  readonly #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #behaviour: Behaviour = 'pass';

  constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((client) => this.#serve(client));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  get behaviour(): Behaviour {
    return this.#behaviour;
  }

  /** Changes what it does, with the connections there are as well. */
  set behaviour(behaviour: Behaviour) {
    this.#behaviour = behaviour;
    if (behaviour === 'refuse') {
      this.cut();
    }
  }

  /** Ends all connections; what comes next is served as before. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #serve(client: Socket): void {
    this.connections++;
    if (this.#behaviour === 'refuse') {
      client.destroy();
      return;
    }
    const server = connect(Number(this.#target.port), this.#target.hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (chunk) => this.#carry(chunk, from === client, client, to));
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      from.on('error', () => from.destroy());
    }
  }

  #carry(chunk: Buffer, isRequest: boolean, client: Socket, to: Socket): void {
    if (this.#behaviour === 'pass' || (this.#behaviour === 'slow' && isRequest)) {
      to.write(chunk);
    } else if (this.#behaviour === 'slow') {
      setTimeout(() => to.writable && to.write(chunk), this.delayMs);
    } else if (this.#behaviour === 'garbage' && isRequest) {
      client.end(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"flags": 7, "nonsense',
      );
    }
  }
}

/** Starts a proxy in front of a server; `await using` ends it. */
export function startProxy(target: string): Promise<FaultyProxy> {
  return new FaultyProxy(target).start();
}
