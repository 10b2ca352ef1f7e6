#pragma once

// MemorySocket: a Poco stream socket without a descriptor. It replays the bytes of one request and gathers what is
// written, up to a bound. So Poco's HTTP server runs on a pool thread that no client can keep waiting. Used by one
// thread at a time.

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <cstddef>
#include <memory>
#include <string>

namespace tidegate::net {

struct MemoryExchange {
    std::string request;
    std::size_t read = 0;
    std::string written;
    std::size_t max_written = 0;
    bool overflowed = false;  // something more was written and lost
};

class MemorySocket final : public Poco::Net::StreamSocketImpl {
public:
    MemorySocket(std::shared_ptr<MemoryExchange> exchange, Poco::Net::SocketAddress self,
                 Poco::Net::SocketAddress peer);
    ~MemorySocket() override;

    int sendBytes(const void* buffer, int length, int flags) override;
    int sendBytes(const Poco::Net::SocketBufVec& buffers, int flags) override;
    int receiveBytes(void* buffer, int length, int flags) override;
    int receiveBytes(Poco::Net::SocketBufVec& buffers, int flags) override;
    int receiveBytes(Poco::Buffer<char>& buffer, int flags, const Poco::Timespan& timeout) override;
    int available() override;
    bool poll(const Poco::Timespan& timeout, int mode) override;

    Poco::Net::SocketAddress address() override { return self_; }
    Poco::Net::SocketAddress peerAddress() override { return peer_; }
    bool secure() const override { return false; }

    // What a descriptor would have and this has not.
    void close() override {}
    void shutdown() override {}
    void shutdownReceive() override {}
    void shutdownSend() override {}
    void setBlocking(bool) override {}
    bool getBlocking() const override { return true; }
    void setSendBufferSize(int) override {}
    int getSendBufferSize() override { return 0; }
    void setReceiveBufferSize(int) override {}
    int getReceiveBufferSize() override { return 0; }
    void setSendTimeout(const Poco::Timespan&) override {}
    Poco::Timespan getSendTimeout() override { return {}; }
    void setReceiveTimeout(const Poco::Timespan&) override {}
    Poco::Timespan getReceiveTimeout() override { return {}; }
    void setRawOption(int, int, const void*, poco_socklen_t) override {}
    void getRawOption(int level, int option, void* value, poco_socklen_t& length) override;

private:
    std::size_t left() const { return exchange_->request.size() - exchange_->read; }

    const std::shared_ptr<MemoryExchange> exchange_;
    const Poco::Net::SocketAddress self_;
    const Poco::Net::SocketAddress peer_;
};

}  // namespace tidegate::net
