"""What is known of how well this product recognises, with where and when it was measured; and what is not."""
