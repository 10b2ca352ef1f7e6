// One client WebSocket for load tools: a blocking handshake, then frames over a non-blocking socket.  Text only,
// no extensions, loopback only.  Included by edits.cpp only.
#pragma once

#include "wsload_support.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <functional>

namespace wsload {

class WsConnection {
public:
    int fd() const { return fd_; }
    bool isOpen() const { return fd_ >= 0; }
    const string& closedBecause() const { return why_; }

    // Connects and upgrades; dies when that fails, since a load with a part of its connections measures something else.
    void open(const string& address, const string& path, const string& token) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        size_t colon = address.find(':');
        to.sin_port = htons(uint16_t(colon == string::npos ? 80 : atoi(address.c_str() + colon + 1)));
        if (inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr) != 1 ||
            ntohl(to.sin_addr.s_addr) >> 24 != 127)
            die("only 127.0.0.0/8 addresses are allowed: " + address);
        fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int on = 1;
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        timeval patience{10, 0};
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to))
            die("connect " + address + ": " + strerror(errno));
        u64 r[2] = {rnd(), rnd()};
        string key = base64(string(reinterpret_cast<char*>(r), 16));
        string head = "GET " + path + " HTTP/1.1\r\nHost: " + address +
                      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: " +
                      key + "\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        if (::send(fd_, head.data(), head.size(), MSG_NOSIGNAL) != ssize_t(head.size())) die("handshake: cannot send");
        size_t end;
        while ((end = in_.find("\r\n\r\n")) == string::npos) {
            char b[4096];
            ssize_t n = recv(fd_, b, sizeof b, 0);
            if (n <= 0) die("handshake: no answer to " + path);
            in_.append(b, size_t(n));
        }
        string answer = in_.substr(0, in_.find("\r\n"));
        if (answer.compare(0, 12, "HTTP/1.1 101")) die("handshake: " + answer + " to " + path);
        if (in_.find(base64(sha1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))) > end)
            die("handshake: wrong Sec-WebSocket-Accept");
        in_.erase(0, end + 4);
        fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
    }

    void sendText(const string& text) { sendFrame(1, text); }

    // What stood behind the handshake's answer, and everything that can be read now.
    void receive(const std::function<void(const char*, size_t)>& onText) {
        static string buffer(256 * 1024, '\0');
        while (fd_ >= 0) {
            ssize_t n = recv(fd_, &buffer[0], buffer.size(), 0);
            if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
            if (n <= 0) {
                close(n == 0 ? "eof" : strerror(errno));
                break;
            }
            in_.append(buffer, 0, size_t(n));
            if (size_t(n) < buffer.size()) break;
        }
        size_t at = 0;
        while (size_t used = takeFrame(in_.data() + at, in_.size() - at, onText)) at += used;
        in_.erase(0, at);
    }

    bool wantsToWrite() const { return !out_.empty(); }
    void flush() {
        ssize_t w = fd_ < 0 ? 0 : ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
        if (w > 0) out_.erase(0, size_t(w));
    }

    void close(const string& why) {
        if (fd_ < 0) return;
        linger l{1, 0};  // RST: leaves no TIME_WAIT behind
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &l, sizeof l);
        ::close(fd_);
        fd_ = -1;
        why_ = why;
    }
    void sayGoodbye() { sendFrame(8, "\x03\xe8"); }

private:
    void sendFrame(int op, const string& payload) {
        if (fd_ < 0) return;
        size_t n = payload.size();
        string f(1, char(0x80 | op));
        f += char(0x80 | (n < 126 ? n : 126));
        if (n >= 126) {
            f += char(n >> 8);
            f += char(n);
        }
        uint32_t key = uint32_t(rnd());
        char k[4];
        memcpy(k, &key, 4);
        f.append(k, 4);
        for (size_t i = 0; i < n; ++i) f += char(payload[i] ^ k[i & 3]);
        ssize_t w = out_.empty() ? ::send(fd_, f.data(), f.size(), MSG_NOSIGNAL) : 0;
        out_.append(f, size_t(std::max<ssize_t>(w, 0)), string::npos);
    }

    // Bytes of the frame at the beginning of [p, p+n); 0 when it is not whole yet.
    size_t takeFrame(const char* p, size_t n, const std::function<void(const char*, size_t)>& onText) {
        if (n < 2) return 0;
        const uint8_t* h = reinterpret_cast<const uint8_t*>(p);
        u64 len = h[1] & 127;
        size_t wide = len < 126 ? 0 : len == 126 ? 2 : 8;
        if (n < 2 + wide) return 0;
        if (wide) len = 0;
        for (size_t k = 0; k < wide; ++k) len = len << 8 | h[2 + k];
        if (len > 16u << 20) die("a frame over 16 MiB");
        size_t total = 2 + wide + size_t(len);
        if (n < total) return 0;
        const char* data = p + 2 + wide;
        int op = h[0] & 15;
        if (op == 9) sendFrame(10, string(data, size_t(len)));
        if (op == 8)
            close("close " + std::to_string(len >= 2 ? unsigned(uint8_t(data[0])) << 8 | uint8_t(data[1]) : 1005));
        if (op > 2) return total;
        if (op && h[0] & 0x80)
            onText(data, size_t(len));
        else {
            part_.append(data, size_t(len));
            if (h[0] & 0x80) {
                onText(part_.data(), part_.size());
                part_.clear();
            }
        }
        return total;
    }

    int fd_ = -1;
    string in_, out_, part_, why_;
};

}  // namespace wsload
