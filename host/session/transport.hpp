#pragma once

// The two ends of one connection, both on its loop. Transport: what a session needs of its connection; implemented by
// net::Connection, and by a recording fake in tests. StreamSink: what a connection calls of its session; the connection
// never deletes it. [loop]

#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace tidegate::session {

class StreamSink {
public:
    virtual ~StreamSink() = default;
    // Bytes as they came, mutable (they may be unmasked in place), valid for the call. Returns how many were consumed:
    // fewer than given only when reading was paused; the connection keeps the rest and offers it again after
    // resume_reading().
    virtual std::size_t on_bytes(std::span<char> bytes) = 0;
    virtual void on_writable() = 0;
    // The last call; the sink may be deleted by it or after it.
    virtual void on_disconnect() = 0;
};

class Transport {
public:
    virtual ~Transport() = default;
    // Gives the kernel what it takes now, in one call. Bytes taken; 0 when it takes none; -1 when the connection is
    // broken (the transport then ends it by itself, after this call).
    virtual std::ptrdiff_t write(std::span<const iovec> parts) = 0;
    virtual void want_writable(bool wanted) = 0;  // on_writable when the kernel takes bytes again
    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;
    // Bytes written and not acknowledged by the peer's kernel, unsent ones included (SIOCOUTQ).
    virtual std::size_t unacknowledged_bytes() const = 0;
    // Everything is written and a close frame is among it: send FIN, wait for the peer's up to a deadline, then
    // on_disconnect.
    virtual void finish() = 0;
    // End at once; on_disconnect follows on a later turn.
    virtual void abort() = 0;
};

}  // namespace tidegate::session
