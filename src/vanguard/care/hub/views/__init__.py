"""The referral point's pages."""
