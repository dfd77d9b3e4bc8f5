package rpc

import "google.golang.org/protobuf/proto"

// pieceBytes bounds a message of a stream, but for one that has a single large
// part: clients take 4 MiB unless told otherwise, and what is sent to one who
// does not read is kept until he is cut off.
const pieceBytes = 256 << 10

// inPieces calls send with consecutive parts of all, each as large as
// pieceBytes allows, and once where there are none: an empty message is a
// heartbeat.
func inPieces[M proto.Message](all []M, send func([]M) error) error {
	for {
		n, size := 0, 0
		for n < len(all) {
			if size += proto.Size(all[n]); n > 0 && size > pieceBytes {
				break
			}
			n++
		}
		if err := send(all[:n]); err != nil {
			return err
		}
		if all = all[n:]; len(all) == 0 {
			return nil
		}
	}
}
