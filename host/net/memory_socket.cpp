#include "net/memory_socket.hpp"

#include <Poco/Net/NetException.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace tidegate::net {
namespace {

// Poco takes a socket without a descriptor for a closed one. No process has this many open, so that whatever reaches
// the kernel with it fails.
constexpr poco_socket_t kNoDescriptor = std::numeric_limits<poco_socket_t>::max();

}  // namespace

MemorySocket::MemorySocket(std::shared_ptr<MemoryExchange> exchange, Poco::Net::SocketAddress self,
                           Poco::Net::SocketAddress peer)
    : exchange_(std::move(exchange)), self_(std::move(self)), peer_(std::move(peer)) {
    reset(kNoDescriptor);
}

// The base class would close it.
MemorySocket::~MemorySocket() { reset(); }

int MemorySocket::sendBytes(const void* buffer, int length, int) {
    if (length <= 0) return 0;
    const auto size = static_cast<std::size_t>(length);
    if (exchange_->overflowed || size > exchange_->max_written - exchange_->written.size()) {
        exchange_->overflowed = true;
        throw Poco::Net::NetException("answer too large");
    }
    exchange_->written.append(static_cast<const char*>(buffer), size);
    return length;
}

int MemorySocket::sendBytes(const Poco::Net::SocketBufVec& buffers, int flags) {
    int sent = 0;
    for (const auto& part : buffers) sent += sendBytes(part.iov_base, static_cast<int>(part.iov_len), flags);
    return sent;
}

int MemorySocket::receiveBytes(void* buffer, int length, int flags) {
    const std::size_t taken = std::min(left(), static_cast<std::size_t>(std::max(length, 0)));
    std::memcpy(buffer, exchange_->request.data() + exchange_->read, taken);
    if ((flags & MSG_PEEK) == 0) exchange_->read += taken;
    return static_cast<int>(taken);
}

int MemorySocket::receiveBytes(Poco::Net::SocketBufVec& buffers, int flags) {
    int received = 0;
    for (auto& part : buffers) received += receiveBytes(part.iov_base, static_cast<int>(part.iov_len), flags);
    return received;
}

int MemorySocket::receiveBytes(Poco::Buffer<char>& buffer, int flags, const Poco::Timespan&) {
    buffer.resize(left(), false);
    return receiveBytes(buffer.begin(), static_cast<int>(buffer.size()), flags);
}

int MemorySocket::available() { return static_cast<int>(left()); }

// False ends Poco's keep-alive loop at once instead of after its timeout.
bool MemorySocket::poll(const Poco::Timespan&, int mode) {
    return (mode & SELECT_WRITE) != 0 || ((mode & SELECT_READ) != 0 && left() > 0);
}

void MemorySocket::getRawOption(int, int, void* value, poco_socklen_t& length) { std::memset(value, 0, length); }

}  // namespace tidegate::net
