/** The web server that wget and curl reach under every address of the world: it says which one that was. */
import { createServer } from 'node:http';

createServer((request, response) => {
  const { localAddress = '' } = request.socket;
  response.end(localAddress.replace(/^::ffff:/, ''));
}).listen(80, '::', () => console.log('listening'));
