// An upgraded connection owns everything it needs: the socket with its strand, and the handshake to accept. For the one
// who runs WebSockets; includes Beast, so only .cpp files include it.
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <variant>

namespace callout::http {

using TcpStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

// Move it into a boost::beast::websocket::stream<TcpStream or TlsStream, false> and async_accept(handshake). No timeout
// is set on the TcpStream; set the WebSocket's own ones. Nothing of the client is read ahead.
struct Upgrade {
    std::variant<TcpStream, TlsStream> stream;
    boost::beast::http::request<boost::beast::http::empty_body> handshake;
};

}  // namespace callout::http
