#include "example/exporter/http/tls_context.hpp"

#include <asio/buffer.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace ousage::program::http {

namespace {

int version_number(std::string const& version) {
    return version == "TLS10"   ? TLS1_VERSION
           : version == "TLS11" ? TLS1_1_VERSION
           : version == "TLS12" ? TLS1_2_VERSION
                                : TLS1_3_VERSION;
}

// Returns OpenSSL's name of a cipher suite before TLS 1.3.
std::string openssl_name(std::string const& suite) {
    auto const* const name = ::OPENSSL_cipher_name(suite.c_str());
    // Go also accepts the names of ChaCha20 suites without the hash.
    return std::string_view(name) == "(NONE)" && suite.ends_with("_CHACHA20_POLY1305")
               ? openssl_name(suite + "_SHA256")
               : name;
}

void set_cipher_suites(SSL_CTX* context, std::vector<std::string> const& suites) {
    auto older = std::string{}, newer = std::string{};
    for (auto const& suite : suites) {
        // The suites of TLS 1.3 have the same name everywhere.
        auto const is_newer = suite.starts_with("TLS_AES_") || suite.starts_with("TLS_CHACHA20_");
        auto& list = is_newer ? newer : older;
        list += (list.empty() ? "" : ":") + (is_newer ? suite : openssl_name(suite));
    }
    auto const good = (older.empty() || ::SSL_CTX_set_cipher_list(context, older.c_str()) == 1) &&
                      (newer.empty() || ::SSL_CTX_set_ciphersuites(context, newer.c_str()) == 1) &&
                      (older.find("(NONE)") == older.npos);
    ::ERR_clear_error();
    if (!good) {
        throw std::runtime_error("cipher_suites: unknown to OpenSSL");
    }
}

// Sets the key exchange groups, in the order of preference.
void set_curves(SSL_CTX* context, std::vector<std::string> const& curves) {
    auto names = std::string{};
    for (auto const& curve : curves) {
        // Go's CurveP256 is P-256 in OpenSSL; X25519 has the same name.
        auto const is_nist = curve.starts_with("CurveP");
        names += (names.empty() ? "" : ":") + (is_nist ? "P-" + curve.substr(6) : curve);
    }
    auto const good = ::SSL_CTX_set1_groups_list(context, names.c_str()) == 1;
    ::ERR_clear_error();
    if (!good) {
        throw std::runtime_error("curve_preferences: unknown to OpenSSL");
    }
}

// Sets the server's certificate and key, each from its file or, without one, from the text.
void use_identity(asio::ssl::context& context, TlsConfig const& config) {
    if (!config.cert_file.empty()) {
        context.use_certificate_chain_file(config.cert_file.string());
    } else {
        context.use_certificate_chain(asio::buffer(config.cert));
    }
    if (!config.key_file.empty()) {
        context.use_private_key_file(config.key_file.string(), asio::ssl::context::pem);
    } else {
        context.use_private_key(asio::buffer(config.key), asio::ssl::context::pem);
    }
    if (::SSL_CTX_check_private_key(context.native_handle()) != 1) {
        ::ERR_clear_error();
        throw std::runtime_error("the key does not belong to the certificate");
    }
}

bool has_uri(X509* certificate, std::string const& uri) {
    auto const names = std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)>(
        static_cast<GENERAL_NAMES*>(
            ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    for (int index = 0; index < sk_GENERAL_NAME_num(names.get()); ++index) {
        auto const* const name = sk_GENERAL_NAME_value(names.get(), index);
        if (name->type == GEN_URI) {
            auto const* const text = name->d.uniformResourceIdentifier;
            auto const* const bytes = reinterpret_cast<char const*>(::ASN1_STRING_get0_data(text));
            if (uri ==
                std::string_view(bytes, static_cast<std::size_t>(::ASN1_STRING_length(text)))) {
                return true;
            }
        }
    }
    return false;
}

bool has_name(X509* certificate, std::string const& name) {
    auto const flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS;
    return ::X509_check_host(certificate, name.data(), name.size(), flags, nullptr) == 1 ||
           ::X509_check_email(certificate, name.data(), name.size(), flags) == 1 ||
           ::X509_check_ip_asc(certificate, name.c_str(), flags) == 1 || has_uri(certificate, name);
}

void verify_clients(asio::ssl::context& context, TlsConfig const& config) {
    auto const& type = config.client_auth_type;
    if (type == "NoClientCert") {
        return;
    }
    auto const must_verify = type == "RequireAndVerifyClientCert" || type.starts_with("Verify");
    context.set_verify_mode(
        asio::ssl::verify_peer |
        (type.starts_with("Require") ? asio::ssl::verify_fail_if_no_peer_cert
                                     : asio::ssl::verify_none));
    context.set_verify_callback([must_verify, sans = config.client_allowed_sans](
                                    bool good, asio::ssl::verify_context& verifying) {
        auto* const store = verifying.native_handle();
        if (!must_verify) {
            return true; // any certificate, as in Go's crypto/tls
        }
        if (good && !sans.empty() && ::X509_STORE_CTX_get_error_depth(store) == 0) {
            auto* const certificate = ::X509_STORE_CTX_get_current_cert(store);
            good = std::ranges::any_of(
                sans, [&](std::string const& name) { return has_name(certificate, name); });
            if (!good) {
                // For the alert, which would be "internal error" otherwise.
                ::X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
            }
        }
        return good;
    });
}

} // namespace

std::shared_ptr<asio::ssl::context> tls_context(TlsConfig const& config) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    auto* const native = context->native_handle();
    ::SSL_CTX_set_min_proto_version(native, version_number(config.min_version));
    ::SSL_CTX_set_max_proto_version(native, version_number(config.max_version));
    if (config.min_version < "TLS12") {
        ::SSL_CTX_set_security_level(native, 0); // SHA-1 signatures of the older versions
    }
    ::SSL_CTX_set_options(
        native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    ::SSL_CTX_set_num_tickets(native, 0);
    ::SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    // Without it, OpenSSL prompts on the terminal for the password of an encrypted key.
    context->set_password_callback(
        [](std::size_t, asio::ssl::context::password_purpose) { return std::string(); });
    use_identity(*context, config);
    if (!config.cipher_suites.empty()) {
        set_cipher_suites(native, config.cipher_suites);
    }
    if (!config.curves.empty()) {
        set_curves(native, config.curves);
    }
    if (!config.client_ca_file.empty() || !config.client_ca.empty()) {
        if (!config.client_ca_file.empty()) {
            context->load_verify_file(config.client_ca_file.string());
        } else {
            context->add_certificate_authority(asio::buffer(config.client_ca));
        }
        // As in Go, an intermediate certificate in the file is trusted.
        ::X509_STORE_set_flags(::SSL_CTX_get_cert_store(native), X509_V_FLAG_PARTIAL_CHAIN);
    }
    verify_clients(*context, config);
    return context;
}

} // namespace ousage::program::http
